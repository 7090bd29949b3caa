/** What is held of the patient, in one place: read, take away, change the consent, erase. */
const api = require('../../lib/api');
const platform = require('../../lib/platform');
const settings = require('../../lib/settings');
const visit = require('../../lib/visit');
const { CONSENT_VERSION, PURPOSES } = require('../../lib/texts');

Component({
  behaviors: [require('../../lib/with-letters')],
  options: { styleIsolation: 'apply-shared' },
  data: {
    elder: false, size: settings.USUAL, note: '', trouble: '', record: '', busy: false, sure: false, known: false, touched: false,
    purposes: PURPOSES.map((purpose) => ({ ...purpose, on: false })),
  },
  methods: {
    onLoad() {
      const open = visit.get();
      if (!open) return platform.restart('/pages/start/start');
      const scopes = open.consent ? open.consent.scopes : [];
      this.setData({
        known: Boolean(open.consent),
        purposes: PURPOSES.map((purpose) => ({ ...purpose, on: scopes.includes(purpose.id) })),
      });
    },
    /** Does one thing at a time and says what became of it. @param {() => Promise<string>} thing */
    async once(thing) {
      if (this.data.busy) return;
      this.setData({ busy: true, note: '', trouble: '' });
      try {
        this.setData({ note: await thing() });
      } catch (error) {
        this.setData({ trouble: /** @type {Error} */ (error).message });
      }
      this.setData({ busy: false });
    },
    readRecord() {
      return this.once(async () => {
        const open = visit.get();
        if (open) this.setData({ record: await api.readRecord(open.key) });
        return '';
      });
    },
    copyRecord() {
      return this.once(async () => (await platform.copy(this.data.record) ? '复制好了,可以粘贴到别处。' : '没有复制成。'));
    },
    exportAll() {
      return this.once(async () => {
        const open = visit.get();
        if (!open) return '';
        const text = await api.exportVisit(open.key);
        return (await platform.shareFile('jiwen-visit.json', text)) ? '文件送出去了。' : '文件没有送出去。';
      });
    },
    /** @param {WechatMiniprogram.CustomEvent<{ checked: boolean }>} event */
    pick(event) {
      const { id } = event.currentTarget.dataset;
      const { checked } = event.detail;
      const purposes = this.data.purposes.map((purpose) => (purpose.id === id ? { ...purpose, on: checked } : purpose));
      this.setData({ purposes, touched: true });
    },
    change() {
      return this.once(async () => {
        const scopes = this.data.purposes.filter(({ on }) => on).map(({ id }) => id);
        await visit.changeConsent(CONSENT_VERSION, scopes);
        this.setData({ touched: false, known: true });
        return '改好了,马上算数。';
      });
    },
    askErase() {
      this.setData({ sure: true });
    },
    keep() {
      this.setData({ sure: false });
    },
    async erase() {
      await this.once(async () => {
        await visit.erase();
        return '';
      });
      if (!visit.get()) platform.restart('/pages/start/start');
    },
  },
});
