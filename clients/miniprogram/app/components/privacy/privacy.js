/**
 * WeChat's privacy question, in our words: shown when WeChat wants it, which is before the first
 * recording. The answer goes to WeChat; a refusal closes nothing but the microphone.
 */
const platform = require('../../lib/platform');

/** @type {((agreed: boolean, buttonId?: string) => void) | null} */
let answer = null;

Component({
  options: { styleIsolation: 'apply-shared' },
  data: { asking: false },
  lifetimes: {
    attached() {
      platform.onPrivacyNeeded((tell) => {
        answer = tell;
        this.setData({ asking: true });
      });
    },
  },
  methods: {
    agree() {
      this.end(true);
    },
    refuse() {
      this.end(false);
    },
    readTerms() {
      platform.openPrivacyTerms();
    },
    /** @param {boolean} agreed */
    end(agreed) {
      this.setData({ asking: false });
      if (answer) answer(agreed, 'agree');
      answer = null;
    },
  },
});
