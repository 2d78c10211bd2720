package dev.vectormigrate.embed;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;

/** Runs a class of the tests where some artifact is not on the class path. */
final class WithoutArtifact {

  private WithoutArtifact() {}

  static Object call(String artifact, Class<? extends Callable<?>> probe) throws Exception {
    List<URL> left = new ArrayList<>();
    int missing = 0;
    for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
      if (new File(entry).getName().startsWith(artifact)) {
        missing++;
      } else {
        left.add(url(entry));
      }
    }
    assertThat(missing).as("entries of " + artifact).isPositive();
    try (URLClassLoader loader =
        new URLClassLoader(left.toArray(URL[]::new), ClassLoader.getPlatformClassLoader())) {
      Class<?> loaded = loader.loadClass(probe.getName());
      return ((Callable<?>) loaded.getDeclaredConstructor().newInstance()).call();
    }
  }

  private static URL url(String entry) throws MalformedURLException {
    return new File(entry).toURI().toURL();
  }
}
