export * from './emf-metrics.js';
export * from './prometheus.js';
