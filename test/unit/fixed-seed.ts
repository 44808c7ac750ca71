import fc from "fast-check";

// A test run repeats itself; `npm run fuzz` looks for what it has not seen.
if (!process.env.LAB_IMAGES_FUZZ_RUNS) fc.configureGlobal({ seed: 2026 });
