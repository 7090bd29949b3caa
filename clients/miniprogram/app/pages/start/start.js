/** The first page: whose service this is, what it is for, the size of the letters. */
const platform = require('../../lib/platform');
const settings = require('../../lib/settings');
const site = require('../../lib/site');
const visit = require('../../lib/visit');

Component({
  behaviors: [require('../../lib/with-letters')],
  options: { styleIsolation: 'apply-shared' },
  data: {
    elder: false, size: settings.USUAL, hospital: '', emergency: '', kept: false, farewell: '', trouble: '', busy: false,
  },
  methods: {
    onLoad() {
      this.load();
    },
    onShow() {
      const farewell = visit.whyForgotten();
      this.setData({ kept: visit.isKept(), ...(farewell ? { farewell } : {}) });
    },
    async load() {
      this.setData({ trouble: '' });
      try {
        const { hospital, emergency } = await site.get();
        this.setData({ hospital, emergency });
      } catch (_) {
        this.setData({ trouble: '连不上医院的服务。请检查网络。' });
      }
    },
    begin() {
      platform.go('/pages/consent/consent');
    },
    async resume() {
      if (this.data.busy) return;
      this.setData({ busy: true, trouble: '' });
      try {
        if (await visit.resume()) platform.restart('/pages/chat/chat');
      } catch (error) {
        this.setData({ trouble: /** @type {Error} */ (error).message, kept: visit.isKept() });
      }
      this.setData({ busy: false });
    },
    async openMine() {
      try {
        if (visit.get() || await visit.resume()) platform.go('/pages/mine/mine');
      } catch (error) {
        this.setData({ trouble: /** @type {Error} */ (error).message, kept: visit.isKept() });
      }
    },
    /** @param {{ detail: { value: boolean } }} event */
    switchElder(event) {
      settings.setElder(event.detail.value);
      this.setData(settings.get());
    },
    enlarge() {
      settings.enlarge();
      this.setData(settings.get());
    },
    call120() {
      platform.call('120');
    },
  },
});
