"""Makes services of moto do work that moto only pretends: what the tutorials' training workflow needs.

events.py          S3 notifications and EventBridge rules reach functions and state machines
functions.py       Lambda functions run as processes of this machine, where that is allowed
glue.py            runs of Glue jobs do the ratings-to-interactions transformation
state_machines.py  state machines speak to all services of this endpoint, and wait briefly
"""
