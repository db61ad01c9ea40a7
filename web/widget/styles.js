/** The style sheets by their use: for the widget the server puts them in where they are named. */
export const styles = {};
