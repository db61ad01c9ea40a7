/**
 * The customer page: the widget's conversation as a page of its own, for sites that only want a link.
 * `?site=` names the site, `?locale=` the language, which is the browser's otherwise.
 */
import { openGuest } from '../widget/guest.js';
import { icon } from '../widget/icon.js';
import { createPanel } from '../widget/panel.js';
import { texts } from '../widget/texts.js';

const LOCALES = ['en', 'de', 'ar'];
const query = new URLSearchParams(location.search);
const site = query.get('site') ?? 'default';
const wanted = [query.get('locale'), ...navigator.languages].map((language) => language?.slice(0, 2));
const locale = wanted.find((language) => LOCALES.includes(language)) ?? 'en';
const page = document.documentElement;

const fetched = async (address) => (await fetch(address)).json();
const fetchMore = () => import('../widget/more.js');

/** What cannot be fetched is no reason not to answer somebody. */
const [words, config] = await Promise.all([
  fetched(`/assets/widget/locales/${locale}.json`),
  fetched(`/widget/config?site=${encodeURIComponent(site)}`).catch(() => ({})),
]);
Object.assign(texts, words);
config.language = locale;

page.lang = locale;
page.dir = locale === 'ar' ? 'rtl' : 'ltr';
if (config.appearance) {
  page.style.setProperty('--accent', config.appearance.color);
  page.style.setProperty('--on-accent', config.appearance.ink);
}

const guest = openGuest({ url: location.href, site });
const panel = createPanel({ guest, fetchMore, icon, config });
document.title = config.appearance?.title || texts.title;
document.getElementById('page').replaceChildren(panel.element);
panel.ready();
if (matchMedia('(hover: hover)').matches) panel.focus();

const { visualViewport } = window;
visualViewport.addEventListener('resize', () => {
  page.style.setProperty('--height', `${visualViewport.height}px`);
  if (visualViewport.scale === 1) scrollTo(0, 0);
});
guest.client.start();
