"""Training scripts that the tests here are about."""

from __future__ import annotations

from core.user_code.opening import open_script
from core.user_code.script_workload import UserScriptWorkload
from tests.own.conftest import Write

SCRIPT = """
import os, pathlib, sys
import keras

here = pathlib.Path(__file__)
epochs = int(sys.argv[1]) if len(sys.argv) > 1 else 2
os.chdir(here.parent)

class Told(keras.callbacks.Callback):
    def on_epoch_end(self, epoch, logs=None):
        with open("told", "a") as file:
            file.write("epoch\\n")

def data():
    x = tf.ones([40, 4])
    return tf.data.Dataset.from_tensor_slices((x, x[:, :1])).batch(4)

if __name__ == "__main__":
    model = keras.Sequential([keras.layers.Dense(1)])
    model.compile("sgd", "mse")
    model.fit(data(), epochs=epochs, validation_data=data(), callbacks=[Told()], verbose=2)
    here.with_name("after").touch()
"""

LOOP = """
import keras
data = tf.data.Dataset.from_tensors((tf.ones([4]), tf.ones([1]))).batch(4)
model = keras.Sequential([keras.layers.Dense(1)])
model.compile("sgd", "mse")

def train(epochs):
    anew = tf.data.Dataset.from_tensors((tf.ones([4]), tf.ones([1]))).batch(4)
    model.fit({dataset}, epochs=epochs)

for epoch in range(3):
    train({epochs})
"""


def script(write: Write, text: str = SCRIPT, *arguments: str) -> UserScriptWorkload:
    found = open_script(write(text, file="train.py").file, arguments)
    assert isinstance(found, UserScriptWorkload)
    return found
