DROP TABLE IF EXISTS fsm_transitions;
