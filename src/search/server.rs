//! Vectors on a Qdrant server, which several services may share. Only vectors and keys go there, never words.

use std::sync::Arc;

use qdrant_client::Qdrant;
use qdrant_client::qdrant::point_id::PointIdOptions;
use qdrant_client::qdrant::{
    CreateCollectionBuilder, DeletePointsBuilder, Distance, PointId, PointStruct, PointsIdsList,
    QueryPointsBuilder, ScrollPointsBuilder, UpsertPointsBuilder, VectorParamsBuilder,
};
use tokio::runtime::{Builder, Runtime};
use uuid::Uuid;

use super::{Near, SearchError, Vectors, unit};

/// Rows sent at a time; a message of gRPC has 4 MB at most.
const BATCH: usize = 256;
/// Keys read at a time.
const PAGE: u32 = 10_000;

/// A collection of a server.
pub struct Server {
    width: usize,
    address: String,
    collection: String,
    client: Arc<Qdrant>,
    /// The client is async and its callers are not; `None` only while it is dropped.
    runtime: Option<Runtime>,
}

impl Server {
    /// Reaches a server by its gRPC address (`http://host:6334`) and makes the collection when it is not there. Each row has
    /// so many numbers. An empty key is none. Waits; not for a thread of the async runtime.
    ///
    /// # Errors
    /// The server cannot be reached or refuses.
    pub fn open(
        address: &str,
        key: &str,
        collection: &str,
        width: usize,
    ) -> Result<Self, SearchError> {
        let failed = |error: &dyn std::fmt::Display| SearchError::Engine {
            place: address.to_owned(),
            message: error.to_string().replace('\n', " "),
        };
        let runtime = Builder::new_multi_thread()
            .worker_threads(1)
            .thread_name("qdrant")
            .enable_all()
            .build()
            .map_err(|error| failed(&error))?;
        let client = runtime.block_on(async {
            let key = (!key.is_empty()).then(|| key.to_owned());
            let client = Qdrant::from_url(address)
                .api_key(key)
                .skip_compatibility_check()
                .build()?;
            if !client.collection_exists(collection).await? {
                let vectors = VectorParamsBuilder::new(width as u64, Distance::Cosine);
                let new = CreateCollectionBuilder::new(collection).vectors_config(vectors);
                client.create_collection(new).await?;
            }
            Ok::<_, qdrant_client::QdrantError>(client)
        });
        Ok(Self {
            width,
            address: address.to_owned(),
            collection: collection.to_owned(),
            client: Arc::new(client.map_err(|error| failed(&error))?),
            runtime: Some(runtime),
        })
    }

    fn wait<T>(
        &self,
        call: impl Future<Output = Result<T, qdrant_client::QdrantError>>,
    ) -> Result<T, SearchError> {
        let runtime = self.runtime.as_ref().expect("it is there until the drop");
        runtime.block_on(call).map_err(|error| SearchError::Engine {
            place: self.address.clone(),
            message: error.to_string().replace('\n', " "),
        })
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Waiting for its threads is not allowed where the service is dropped.
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

impl Vectors for Server {
    fn put(&self, rows: &[(Uuid, Vec<f32>)]) -> Result<(), SearchError> {
        for some in rows.chunks(BATCH) {
            let points = some.iter().map(|(key, row)| {
                let vector = unit(row, self.width)?;
                let payload = qdrant_client::Payload::default();
                Ok(PointStruct::new(key.to_string(), vector, payload))
            });
            let points = points.collect::<Result<Vec<_>, SearchError>>()?;
            let put = UpsertPointsBuilder::new(&self.collection, points).wait(true);
            self.wait(self.client.upsert_points(put))?;
        }
        Ok(())
    }

    fn remove(&self, keys: &[Uuid]) -> Result<(), SearchError> {
        let ids = keys.iter().map(|key| key.to_string().into()).collect();
        let gone = DeletePointsBuilder::new(&self.collection)
            .points(PointsIdsList { ids })
            .wait(true);
        self.wait(self.client.delete_points(gone)).map(|_| ())
    }

    fn nearest(&self, vector: &[f32], most: usize) -> Result<Vec<Near>, SearchError> {
        let query = QueryPointsBuilder::new(&self.collection)
            .query(unit(vector, self.width)?)
            .limit(most as u64)
            .with_payload(false);
        let found = self.wait(self.client.query(query))?.result.into_iter();
        Ok(found
            .filter_map(|point| {
                Some(Near {
                    key: key(point.id?)?,
                    cosine: point.score,
                })
            })
            .collect())
    }

    fn keys(&self) -> Result<Vec<Uuid>, SearchError> {
        let (mut keys, mut next) = (vec![], None);
        loop {
            let mut page = ScrollPointsBuilder::new(&self.collection)
                .limit(PAGE)
                .with_payload(false)
                .with_vectors(false);
            if let Some(id) = next.take() {
                page = page.offset::<PointId>(id);
            }
            let answer = self.wait(self.client.scroll(page))?;
            keys.extend(answer.result.into_iter().filter_map(|row| key(row.id?)));
            match answer.next_page_offset {
                Some(id) => next = Some(id),
                None => return Ok(keys),
            }
        }
    }
}

fn key(id: PointId) -> Option<Uuid> {
    match id.point_id_options? {
        PointIdOptions::Uuid(text) => Uuid::try_parse(&text).ok(),
        PointIdOptions::Num(_) => None,
    }
}
