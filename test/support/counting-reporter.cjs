// A dot per test and the failures at the end; the counts go to whoever started mocha.
const { reporters, Runner } = require('mocha');

module.exports = class CountingReporter extends reporters.Dot {
  constructor(runner, options) {
    super(runner, options);
    runner.once(Runner.constants.EVENT_RUN_END, () => {
      const { passes, failures, pending } = this.stats;
      process.send?.({ passes, failures, pending });
    });
    runner.on(Runner.constants.EVENT_TEST_PENDING, (test) => this.skipped.push(test.fullTitle()));
  }

  skipped = [];

  epilogue() {
    super.epilogue();
    for (const title of this.skipped) console.log(`  skipped: ${title}`);
  }
};
