import 'reflect-metadata';
import { Admission } from '@app/http';

/** However much there is to do, more is taken on. */
Admission.prototype.hasRoomFor = () => true;
