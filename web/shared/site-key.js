/** The name under which a browser keeps something of a site. */
export const siteKey = (site, name) => `martlet.${site}.${name}`;
