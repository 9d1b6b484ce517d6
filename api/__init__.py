"""The running programs: settings, wiring, command line. The only place where real parts are joined."""
