/** A mail server in a process of its own: the sender is what is measured. */
import { runSmtpSink } from './run-smtp-sink.ts';

runSmtpSink();
