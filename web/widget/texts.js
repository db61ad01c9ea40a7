/**
 * What is said, of locales/. For the widget the server puts each text in where it is named; the customer page fills
 * this in before anything is shown.
 */
export const texts = {};
