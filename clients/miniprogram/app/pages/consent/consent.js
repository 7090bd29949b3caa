/** What the patient agrees to: each purpose on its own, nothing ticked beforehand. */
const opening = require('../../lib/opening');
const platform = require('../../lib/platform');
const settings = require('../../lib/settings');
const { CONSENT_VERSION, PURPOSES } = require('../../lib/texts');

Component({
  behaviors: [require('../../lib/with-letters')],
  options: { styleIsolation: 'apply-shared' },
  data: {
    elder: false, size: settings.USUAL, version: CONSENT_VERSION, trouble: '',
    purposes: PURPOSES.map((purpose) => ({ ...purpose, on: false })),
  },
  methods: {
    /** @param {WechatMiniprogram.CustomEvent<{ checked: boolean }>} event */
    pick(event) {
      const { id } = event.currentTarget.dataset;
      const { checked } = event.detail;
      const purposes = this.data.purposes.map((purpose) => (purpose.id === id ? { ...purpose, on: checked } : purpose));
      this.setData({ purposes, trouble: '' });
    },
    next() {
      const { purposes } = this.data;
      if (purposes.some((purpose) => purpose.needed && !purpose.on)) {
        this.setData({ trouble: '第一样没有同意,就不能开始。没有存下任何内容。' });
        return;
      }
      opening.set({ version: CONSENT_VERSION, scopes: purposes.filter(({ on }) => on).map(({ id }) => id) });
      platform.go('/pages/who/who');
    },
    leave() {
      opening.set(null);
      platform.back();
    },
  },
});
