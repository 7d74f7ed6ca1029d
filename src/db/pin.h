/* pin: the settings that SQL of ours relies on, whatever the role or the database has set. */
#ifndef BRIDGEJOB_DB_PIN_H
#define BRIDGEJOB_DB_PIN_H

/* Set them in the session, and the application's name with them: what session_pin() in session.h says. 0 or an err
 * kind, reported. */
int pin_settings(const char *application);

#endif
