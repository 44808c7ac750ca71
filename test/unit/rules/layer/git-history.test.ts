import { gitHistory } from "../../../../server/rules/layer/git-history.ts";
import { testRule } from "../check-rule.ts";

testRule(gitHistory);
