/** What stands on every page: that an AI asks, and how to call a person. */
const platform = require('../../lib/platform');
const site = require('../../lib/site');
const visit = require('../../lib/visit');

Component({
  options: { styleIsolation: 'apply-shared' },
  properties: { elder: Boolean, size: { type: Number, value: 18 } },
  data: { asking: false, isOpen: false, phone: '', answer: '', trouble: '', busy: false },
  methods: {
    ask() {
      const open = visit.get();
      this.setData({ asking: !this.data.asking, isOpen: Boolean(open), answer: '', trouble: '' });
      site.get().then(({ phone }) => this.setData({ phone }), () => {});
    },
    async callNurse() {
      if (this.data.busy) return;
      this.setData({ busy: true, trouble: '' });
      try {
        this.setData({ answer: await visit.handOver() });
      } catch (_) {
        this.setData({ trouble: '现在叫不到人。请到导诊台找护士,或者打电话。' });
      }
      this.setData({ busy: false });
    },
    callHospital() {
      platform.call(this.data.phone);
    },
    call120() {
      platform.call('120');
    },
    close() {
      this.setData({ asking: false });
    },
  },
});
