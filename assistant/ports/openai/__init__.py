"""OpenAI's chat protocol over the chat, for front ends that speak nothing else."""
