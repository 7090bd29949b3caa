/** A behaviour of every page: the size of the letters, as the settings have it whenever the page is shown. */
const settings = require('./settings');

module.exports = Behavior({
  data: { elder: false, size: settings.USUAL },
  lifetimes: {
    attached() {
      this.setData(settings.get());
    },
  },
  pageLifetimes: {
    show() {
      this.setData(settings.get());
    },
  },
});
