"""Makes services of moto do work that moto only pretends: what the tutorials' training workflow needs.

events.py          S3 notifications and EventBridge rules reach functions, topics, queues and state machines
functions.py       Lambda functions run as processes of this machine, where that is allowed
destinations.py    topics and queues hear how they ended
messages.py        topics send mail, into a folder
glue.py            runs of Glue jobs do the ratings-to-interactions transformation
stacks.py          stacks of CloudFormation hold Amazon Personalize's resources, and the kinds of the tutorials
state_machines.py  state machines speak to all services of this endpoint, and wait briefly
"""
