DROP TABLE IF EXISTS bridge_states;
