export * from './emf-metrics.js';
export * from './flat-lines.js';
export * from './logger.js';
export * from './metrics.js';
export * from './prometheus.js';
