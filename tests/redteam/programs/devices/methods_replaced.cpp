// expect: wrong_answer or crash
// tasks: agg_service bounded_handoff epoch_join event_log
// Gives the device another table of methods, which do nothing at once.
static long nothing() { return 0; }
static void* const table[] = {(void*)nothing, (void*)nothing, (void*)nothing, (void*)nothing, (void*)nothing};
// --- in the entry
*(void* const**)&@DEVICE@ = table;
