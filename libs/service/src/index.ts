export * from './api.modules.js';
export * from './commands.module.js';
export * from './create-app.js';
export * from './define-service.js';
export * from './lambda-handlers.js';
export * from './manifest.js';
export * from './run-service.js';
export * from './sweeper.js';
