/// The registry: folds beats and announcements into one row a node, and publishes its verdicts.
///
/// The way of a beat: [io.nodebridge.introspection.registry.RegistryLoop] polls it, `MessageReader`
/// understands it, `NodeTable` judges it, `RegistryStore` keeps it, `RegistryApi` shows it.
/// `NodeTable`, `NodeRow` and `NodeMessage` are pure: they know no Kafka and no database.
@NullMarked
package io.nodebridge.introspection.registry;

import org.jspecify.annotations.NullMarked;
