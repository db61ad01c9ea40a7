/** As the server sees it: nothing in it leaves a mark. */
export const isBlank = (text) => /^[\p{White_Space}\p{Default_Ignorable_Code_Point}\p{Cc}]*$/u.test(text);
