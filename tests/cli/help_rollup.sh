bridgejob help rollup
