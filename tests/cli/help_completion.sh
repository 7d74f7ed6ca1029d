bridgejob help completion
