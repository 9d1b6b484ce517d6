"""What is wrong with a machine, its cameras and its data folder, and what to do about it.

Each file looks at one thing and judges it; what is measured and what is made of it stay apart, so that the judgement
is a pure function. `examination` goes through all of them.
"""
