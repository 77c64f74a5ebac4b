import { relative } from 'node:path';
import process from 'node:process';
import { clearInterval, setInterval } from 'node:timers';

/** How often it says how far it is where no line can be rewritten. */
const EVERY_MS = 30_000;

/**
 * What `npm test` prints instead of a line per suite: suites that fail, in full and at once; how far it is; at the end a line
 * per tier. Everything goes to standard error.
 */
export default class QuietReporter {
  suites = { all: 0, done: 0, failed: [] };
  tiers = new Map();
  running = new Map();

  constructor({ rootDir }, { everyMs = EVERY_MS, stream = process.stderr } = {}) {
    Object.assign(this, { rootDir, everyMs, stream });
  }

  onRunStart({ numTotalTestSuites }) {
    this.suites.all = numTotalTestSuites;
    const [every, show] = this.stream.isTTY
      ? [1_000, () => this.rewrite()]
      : [this.everyMs, () => this.say(this.howFar())];
    this.timer = setInterval(show, every);
    this.timer.unref();
  }

  onTestFileStart({ path }) {
    this.running.set(path, Date.now());
  }

  onTestFileResult(test, result) {
    const tierName = test.context.config.displayName?.name ?? 'tests';
    const { numPassingTests, numFailingTests, testExecError, failureMessage, perfStats } = result;
    const tier = this.tiers.get(tierName) ?? { suites: 0, failed: 0, tests: 0, ms: 0 };
    this.tiers.set(tierName, tier);
    this.running.delete(test.path);
    const isFailed = numFailingTests > 0 || testExecError != null;
    this.suites.done += 1;
    tier.suites += 1;
    tier.tests += numPassingTests;
    tier.ms += perfStats.runtime ?? 0;
    if (!isFailed) return;
    tier.failed += 1;
    const name = `${tierName} ${this.nameOf(test.path)}`;
    this.suites.failed.push(name);
    this.say(`FAIL ${name} (${seconds(perfStats.runtime ?? 0)})\n${failureMessage ?? ''}${printed(result.console)}`);
  }

  onRunComplete() {
    clearInterval(this.timer);
    for (const [name, { suites, failed, tests, ms }] of this.tiers) {
      const how = failed === 0 ? '' : `, ${failed} FAILED`;
      this.say(`${name}: ${suites} suites${how}, ${tests} tests passed, ${seconds(ms)}`);
    }
    for (const name of this.suites.failed) this.say(`FAIL ${name}`);
  }

  getLastError() {
    return undefined;
  }

  howFar() {
    const { all, done, failed } = this.suites;
    const now = [...this.running].map(([path, since]) => `${this.nameOf(path)} (${seconds(Date.now() - since)})`);
    return `${done} of ${all} suites, ${failed.length} failed; running: ${now.join(', ') || 'none'}`;
  }

  /** Says it on a line that the next line takes the place of. */
  rewrite() {
    this.stream.clearLine(0);
    this.stream.cursorTo(0);
    this.stream.write(this.howFar().slice(0, this.stream.columns - 1));
  }

  say(text) {
    if (this.stream.isTTY) {
      this.stream.clearLine(0);
      this.stream.cursorTo(0);
    }
    this.stream.write(`${text}\n`);
  }

  nameOf(path) {
    return relative(this.rootDir, path);
  }
}

function seconds(ms) {
  return `${(ms / 1_000).toFixed(1)} s`;
}

/** What a suite wrote to its console. */
function printed(entries) {
  return (entries ?? []).map(({ type, message }) => `\n  console.${type}: ${message}`).join('');
}
