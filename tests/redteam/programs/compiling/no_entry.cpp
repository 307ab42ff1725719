// expect: compile_error
// Gives nothing.
int nothing;
