/**
 * Adds colours to Swagger UI: for the login bar, and for its texts that are too pale to read (contrast under 4.5 : 1,
 * WCAG 1.4.3). Swagger UI sets the class `dark-mode` when the browser or the reader prefers dark.
 */
export const PAGE_STYLE = `
#login { display: flex; flex-wrap: wrap; gap: 1rem; align-items: center; padding: .75rem 1.25rem;
  font: 14px system-ui, sans-serif; color: #1b1b1b; background: #fafafa; color-scheme: light; }
html.dark-mode #login { color: #f0f1f1; background: #1c2022; color-scheme: dark; }
.swagger-ui .microlight span[style*="rgb(211, 99, 99)"] { color: #ff9d9d !important; }
html:not(.dark-mode) .swagger-ui .info .title small { background: #5f6673; }
html:not(.dark-mode) .swagger-ui .info .title small.version-stamp { background: #4d7000; }
html:not(.dark-mode) .swagger-ui :is(.info a, .info .link, .markdown a) { color: #1f66b8; }
html:not(.dark-mode) .swagger-ui .btn.authorize { color: #1a7a4c; border-color: #1a7a4c; }
html:not(.dark-mode) .swagger-ui .btn.authorize svg { fill: #1a7a4c; }
html:not(.dark-mode) .swagger-ui .opblock .opblock-summary-method { color: #000; text-shadow: none; }
html:not(.dark-mode) .swagger-ui .btn.cancel { color: #c01818; border-color: #c01818; }
html:not(.dark-mode) .swagger-ui .btn.execute { background: #1f66b8; border-color: #1f66b8; }
html:not(.dark-mode) .swagger-ui :is(.parameter__in, .header-example) { color: #545454; }
html:not(.dark-mode) .swagger-ui .renderedMarkdown code { color: #6b00c9; }
html.dark-mode .swagger-ui .opblock .opblock-section-header .try-out__btn.cancel { color: #ffb3b3; border-color: #ffb3b3; }
html.dark-mode .swagger-ui .opblock.opblock-put .opblock-section-header { background: #523524; }
html:not(.dark-mode) .swagger-ui .download-contents { background: #5f6673; }
html.dark-mode .swagger-ui .headers .header-col { color: #f0f1f1; }
`;
