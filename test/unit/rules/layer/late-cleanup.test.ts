import { lateCleanup } from "../../../../server/rules/layer/late-cleanup.ts";
import { testRule } from "../check-rule.ts";

testRule(lateCleanup);
