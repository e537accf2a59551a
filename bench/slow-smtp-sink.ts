/** The same mail server somewhere else: it takes 20 ms until it says that it has a mail. */
import { runSmtpSink } from './run-smtp-sink.ts';

runSmtpSink(20);
