import 'reflect-metadata';
import { Admission } from '@app/http';

/** Admits every request, whatever the load. */
Admission.prototype.hasRoomFor = () => true;
