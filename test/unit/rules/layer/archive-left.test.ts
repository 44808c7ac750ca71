import { archiveLeft } from "../../../../server/rules/layer/archive-left.ts";
import { testRule } from "../check-rule.ts";

testRule(archiveLeft);
