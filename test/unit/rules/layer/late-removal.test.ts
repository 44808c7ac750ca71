import { lateRemoval } from "../../../../server/rules/layer/late-removal.ts";
import { testRule } from "../check-rule.ts";

testRule(lateRemoval);
