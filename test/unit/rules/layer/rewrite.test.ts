import { rewrite } from "../../../../server/rules/layer/rewrite.ts";
import { testRule } from "../check-rule.ts";

testRule(rewrite);
