import { cleanCache } from "../../../../server/rules/packages/clean-cache.ts";
import { testRule } from "../check-rule.ts";

testRule(cleanCache);
