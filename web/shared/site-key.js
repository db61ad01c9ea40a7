export const DEFAULT_SITE = 'default';

/** The name under which a browser keeps something of a site; no site is the default one. */
export const siteKey = (site, name) => `martlet.${site && site !== DEFAULT_SITE ? `${site}.` : ''}${name}`;

/** Where pages that name the default site kept it before they shared it with those that name none. */
export const formerKey = (name) => `martlet.${DEFAULT_SITE}.${name}`;
