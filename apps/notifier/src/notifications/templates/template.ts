/** Handlebars sources. Subject, title and text are plain text; only `html` escapes. */
export interface Template {
  subject: string;
  title: string;
  html: string;
  text: string;
}
