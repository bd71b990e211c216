/** The database of a service on the stage's server. */
export const databaseName = (service: string): string => `commerce_${service}`;
