/** As the server sees it: nothing in it leaves a mark. */
export const isBlank = (text) => /^[\s\p{DI}\p{Cc}]*$/u.test(text);
