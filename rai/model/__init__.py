"""The submitted model: loaded in a process of its own and asked over a pipe, never inside this program."""
