/** How much it hurts: the numbers that the question offers as a slider, with faces. Gives the option chosen. */

/** From the lowest to the highest, evenly spread over the numbers. */
const FACES = ['😀', '🙂', '😐', '🙁', '😣', '😭'];

Component({
  options: { styleIsolation: 'apply-shared' },
  properties: { options: { type: Array, value: /** @type {{ id: string, label: string }[]} */ ([]) } },
  data: {
    faces: FACES, face: '', least: 0, most: 10, value: 0, chosen: false,
    numbers: /** @type {{ id: string, value: number }[]} */ ([]),
  },
  observers: {
    /** @param {{ id: string, label: string }[]} options */
    options(options) {
      const numbers = options.map(({ id, label }) => ({ id, value: Number(label) }));
      const values = numbers.map(({ value }) => value);
      const least = Math.min(...values);
      this.setData({ numbers, least, most: Math.max(...values), value: least, chosen: false, face: '' });
    },
  },
  methods: {
    /** @param {{ detail: { value?: number } }} event */
    slide(event) {
      const value = Number(event.detail.value);
      if (Number.isFinite(value)) this.choose(value);
    },
    /** @param {WechatMiniprogram.TouchEvent} event */
    tap(event) {
      this.choose(Number(event.currentTarget.dataset.value));
    },
    /** @param {number} value */
    choose(value) {
      const { least, most } = this.data;
      const share = most > least ? (value - least) / (most - least) : 0;
      this.setData({ value, chosen: true, face: FACES[Math.round(share * (FACES.length - 1))] });
    },
    done() {
      const found = this.data.numbers.find(({ value }) => value === this.data.value);
      if (this.data.chosen && found) this.triggerEvent('choose', { id: found.id });
    },
  },
});
