/** The body to tap on, front and back. Gives the names of what was tapped, in the order of tapping. */
const { places } = require('../../lib/body');

Component({
  options: { styleIsolation: 'apply-shared' },
  data: {
    view: /** @type {'front' | 'back'} */ ('front'),
    places: places('front').map((place) => ({ ...place, on: false })),
    names: /** @type {string[]} */ ([]),
    words: '',
  },
  methods: {
    /** @param {WechatMiniprogram.TouchEvent} event */
    turn(event) {
      this.show(event.currentTarget.dataset.view, this.data.names);
    },
    /** @param {WechatMiniprogram.TouchEvent} event */
    pick(event) {
      const { name } = event.currentTarget.dataset;
      const { names, view } = this.data;
      this.show(view, names.includes(name) ? names.filter((other) => other !== name) : [...names, name]);
    },
    /** @param {'front' | 'back'} view @param {string[]} names */
    show(view, names) {
      this.setData({
        view,
        names,
        words: names.join('、'),
        places: places(view).map((place) => ({ ...place, on: names.includes(place.name) })),
      });
    },
    done() {
      if (this.data.words) this.triggerEvent('picked', { words: this.data.words });
    },
    close() {
      this.triggerEvent('close');
    },
  },
});
