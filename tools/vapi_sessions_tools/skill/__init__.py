"""An Agent Skill made from the contract: it teaches an agent with a shell to call the tools, without MCP."""
