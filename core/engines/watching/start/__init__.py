"""What Python finds as ``sitecustomize`` when it starts a script that is watched."""
