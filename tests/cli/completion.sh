# Which shells there are; the scripts themselves are run in real ones elsewhere.
try completion
try completion fish
try completion bash zsh
try completion --workers 2
bridgejob completion bash | head -n 1
bridgejob completion zsh | head -n 1
