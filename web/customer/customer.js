/**
 * The customer page: the widget's conversation as a page of its own, for sites that only want a link.
 * `?site=` names the site, `?locale=` the language, which is the browser's otherwise.
 */
import { DEFAULT_SITE } from '../shared/site-key.js';
import { openStorage } from '../shared/storage.js';
import { takeOver } from '../widget/former-keys.js';
import { openGuest } from '../widget/guest.js';
import { icon } from '../widget/icon.js';
import { createPanel } from '../widget/panel.js';

const LOCALES = ['en', 'de', 'ar'];
const query = new URLSearchParams(location.search);
const site = query.get('site') ?? undefined;
const wanted = [query.get('locale'), ...navigator.languages].map((language) => language?.slice(0, 2));
const locale = wanted.find((language) => LOCALES.includes(language)) ?? 'en';
const page = document.documentElement;

const fetched = async (address) => (await fetch(address)).json();
const fetchTexts = (name) => fetched(`/assets/widget/locales/${name}`);
const fetchMore = async () => {
  const [more, words] = await Promise.all([import('../widget/more.js'), fetchTexts(`${locale}-more.json`)]);
  Object.assign(texts, words);
  return more;
};

/** What cannot be fetched is no reason not to answer somebody. */
const [texts, config] = await Promise.all([
  fetchTexts(`${locale}.json`),
  fetched(`/widget/config${site ? `?site=${encodeURIComponent(site)}` : ''}`).catch(() => ({})),
]);

page.lang = locale;
page.dir = locale === 'ar' ? 'rtl' : 'ltr';
if (config.appearance) {
  page.style.setProperty('--accent', config.appearance.color);
  page.style.setProperty('--on-accent', config.appearance.ink);
}

if ((site ?? DEFAULT_SITE) === DEFAULT_SITE) takeOver(openStorage('localStorage'));
const guest = openGuest({ url: location.href, site });
const panel = createPanel({ guest, texts, fetchMore, locale, icon, config });
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
