import { lateDelete } from "../../../../server/rules/layer/late-delete.ts";
import { testRule } from "../check-rule.ts";

testRule(lateDelete);
