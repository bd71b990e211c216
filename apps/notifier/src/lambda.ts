import 'reflect-metadata';
import { sqsHandler } from '@app/lambda';
import { lambdaHandlers } from '@app/service';
import { FeedbackService } from './feedback/feedback.service.js';
import { service } from './notifier-app.module.js';

const handlers = lambdaHandlers(service);

export const { http, events } = handlers;

/** The queue with SES's bounces and complaints. */
export const feedback = sqsHandler(async () => (await handlers.context()).get(FeedbackService));
